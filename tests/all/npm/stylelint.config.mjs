// What the oldest browsers of package.json do not know of CSS.
import { readFileSync } from "node:fs"
import compat from "stylelint-browser-compat"

const { browserslist } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"))
export default {
  plugins: [compat],
  rules: { "plugin/browser-compat": [true, { browserslist }] },
}
