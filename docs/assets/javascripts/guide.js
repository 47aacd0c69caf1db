// What a page can do beyond showing itself: tabs that keep the choice, steps to tick, values to copy, a menu that closes.
// Everything works without it; what is kept stays in this browser, and nothing breaks where it refuses to keep anything.
(() => {
  const $ = (selector, root = document) => Array.from(root.querySelectorAll(selector))
  const load = (key) => { try { return JSON.parse(localStorage.getItem(key)) || [] } catch (e) { return [] } }
  const save = (key, list) => { try { list.length ? localStorage.setItem(key, JSON.stringify(list)) : localStorage.removeItem(key) } catch (e) {} }
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties)
  document.documentElement.classList.replace("no-js", "js")

  // Tabs. A choice holds for every set that has the tab, on this page and the next; the page's inline script reads it.
  const radios = $(".tabbed-set > input")
  const blockOf = (radio) => {
    const set = radio.parentNode
    return $(":scope > .tabbed-content > .tabbed-block", set)[$(":scope > input", set).indexOf(radio)]
  }
  const show = () => radios.forEach((radio) => {
    const block = blockOf(radio)
    // Lets find-in-page reach closed tabs; in the HTML it would blank them without this script.
    if ("onbeforematch" in block) radio.checked ? block.removeAttribute("hidden") : block.setAttribute("hidden", "until-found")
  })
  const choose = (radio, keep) => {
    radio.checked = true
    radios.forEach((other) => { if (other.dataset.tab == radio.dataset.tab) other.checked = true })
    if (keep) save("tabs", [radio.dataset.tab, ...load("tabs").filter((tab) => tab != radio.dataset.tab)])
    show()
  }
  const follow = () => {
    const radio = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (radios.includes(radio)) {
      choose(radio, true)
      radio.parentNode.scrollIntoView()
    }
  }
  radios.forEach((radio) => {
    radio.addEventListener("change", () => choose(radio, true))
    blockOf(radio).addEventListener("beforematch", () => choose(radio))
    radio.addEventListener("keydown", (event) => {
      const all = $(":scope > input", radio.parentNode)
      const to = { Home: all[0], End: all[all.length - 1] }[event.key]
      if (to) {
        event.preventDefault()
        to.focus()
        choose(to, true)
      }
    })
  })
  addEventListener("hashchange", follow)
  follow()
  show()

  // Steps. The number is the check box; keys are the step's own, so that a new step does not shift the ticks.
  const key = "steps:" + location.pathname
  const done = new Set(load(key))
  $(".md-content ol").forEach((list) => {
    const boxes = $(":scope > li", list).map((step, place) => {
      const box = make("input", { type: "checkbox", className: "done", checked: done.has(step.dataset.step) })
      box.setAttribute("aria-label", "Step " + (place + 1) + " done")
      box.onchange = () => {
        done[box.checked ? "add" : "delete"](step.dataset.step)
        save(key, Array.from(done))
        tell()
      }
      step.prepend(box)
      return box
    })
    const hint = make("p", { className: "hint" })
    const text = make("span", {})
    const clear = make("button", { type: "button", textContent: "Clear" })
    text.setAttribute("role", "status")
    hint.append(text, " ", clear)
    clear.onclick = () => {
      boxes.forEach((box) => { if (box.checked) box.click() })
      boxes[0].focus()
    }
    const tell = () => {
      const count = boxes.filter((box) => box.checked).length
      clear.hidden = !count
      text.textContent = count
        ? count + " of " + boxes.length + " done. Kept on this device only."
        : "Tap a number to tick a step off. It is kept on this device only."
    }
    tell()
    list.before(hint)
  })

  // Values to copy, with a spoken confirmation.
  if (navigator.clipboard) $(".md-content td > code").forEach((code) => {
    const button = make("button", { type: "button", className: "copy", textContent: "Copy" })
    button.setAttribute("aria-label", "Copy " + code.textContent)
    const said = make("span", { className: "said" })
    said.setAttribute("role", "status")
    button.onclick = () => navigator.clipboard.writeText(code.textContent).then(() => {
      button.textContent = said.textContent = "Copied"
      setTimeout(() => { button.textContent = "Copy"; said.textContent = "" }, 2000)
    })
    code.after(button, said)
  })

  // Menu: closed by Escape and by a press outside; on a phone only the group of this page stands open.
  const menu = $(".menu")[0]
  if (innerWidth < 720) $("details", menu).forEach((group) => { group.open = !!$("[aria-current]", group).length })
  addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false })
  addEventListener("keydown", (event) => {
    if (event.key == "Escape" && menu.open) {
      menu.open = false
      menu.firstElementChild.focus()
    }
  })
})()
