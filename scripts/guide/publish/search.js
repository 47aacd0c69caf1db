// Search is fetched when the reader opens it: its script, styles and index weigh more than all else together.
(() => {
  const files = FILES
  const own = document.currentScript.src
  const toggle = document.getElementById("__search")
  const input = document.querySelector(".md-search__input")
  const meta = document.querySelector(".md-search-result__meta")
  const button = document.querySelector(".md-search__button") // Zensical has no field before its search has come
  const add = (file) => new Promise((loaded, failed) => {
    const href = new URL(file, own).href
    document.head.append(Object.assign(
      /css$/.test(file)
        ? Object.assign(document.createElement("link"), { rel: "stylesheet", href })
        : Object.assign(document.createElement("script"), { src: href, async: false }),
      { onload: loaded, onerror: failed }
    ))
  })
  const load = () => Promise.all(files.splice(0).map(add))
  const set = (open) => { if (toggle.checked != open) toggle.click() } // by a click: the theme listens, and holds the page
  const open = () => {
    set(true)
    if (!files.length) return
    meta.setAttribute("role", "status")
    meta.textContent = "Loading the search…"
    load().catch(() => { meta.textContent = "The search could not be loaded. All guides are in the menu." })
  }
  if (button) button.addEventListener("click", () => load().then(() => button.click()), { once: true })
  if (!input) return
  input.addEventListener("focus", open)
  toggle.addEventListener("change", () => { if (toggle.checked) input.focus() })
  input.form.addEventListener("submit", (event) => event.preventDefault())
  input.addEventListener("keydown", (event) => {
    if (event.key == "Escape") {
      set(false)
      input.blur()
    }
  })
  if (document.activeElement == input || /[?&]q=/.test(location.search)) open()
})()
