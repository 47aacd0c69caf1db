// Syntax and interfaces that the oldest browsers of package.json do not know. They know ECMAScript 2019.
import { readFileSync } from "node:fs"
import compat from "eslint-plugin-compat"

const { browserslist } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"))
export default [
  {
    ...compat.configs["flat/recommended"],
    languageOptions: { ecmaVersion: 2019, sourceType: "script" },
    settings: { targets: browserslist },
  },
]
