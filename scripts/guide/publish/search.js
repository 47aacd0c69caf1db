// Search is fetched when the reader opens it: its script, styles and index weigh more than all else together.
(() => {
  const files = FILES
  const own = document.currentScript.src
  const toggle = document.getElementById("__search")
  const input = document.querySelector(".md-search__input")
  const meta = document.querySelector(".md-search-result__meta")
  if (!input) return
  const add = (file) => new Promise((loaded, failed) => {
    const href = new URL(file, own).href
    document.head.append(Object.assign(
      /css$/.test(file)
        ? Object.assign(document.createElement("link"), { rel: "stylesheet", href })
        : Object.assign(document.createElement("script"), { src: href, async: false }),
      { onload: loaded, onerror: failed }
    ))
  })
  const open = () => {
    toggle.checked = true
    if (!files.length) return
    meta.setAttribute("role", "status")
    meta.textContent = "Loading the search…"
    Promise.all(files.splice(0).map(add)).catch(() => {
      meta.textContent = "The search could not be loaded. All guides are in the menu."
    })
  }
  input.addEventListener("focus", open)
  toggle.addEventListener("change", () => { if (toggle.checked) input.focus() })
  input.form.addEventListener("submit", (event) => event.preventDefault())
  input.addEventListener("keydown", (event) => {
    if (event.key == "Escape") {
      toggle.checked = false
      input.blur()
    }
  })
  if (document.activeElement == input || /[?&]q=/.test(location.search)) open()
})()
