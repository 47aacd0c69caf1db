// What the theme's bundle expects of a page: its settings, and the scripts that stood in every page.
{
  const root = new URL("../../", document.currentScript.src).href
  document.body.append(Object.assign(document.createElement("script"), {
    id: "__config",
    type: "application/json",
    textContent: JSON.stringify(Object.assign(CONFIG, { base: root, search: root + WORKER }))
  }))
  THEME
}
