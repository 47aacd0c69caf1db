// What a page can do beyond showing itself: tabs that keep the choice, steps to tick, values to copy, a menu that closes.
// Everything works without it; what is kept stays in this browser, and nothing breaks where it refuses to keep anything.
(() => {
  const source = document.currentScript.src
  const $ = (selector, root = document) => Array.from(root.querySelectorAll(selector))
  // What stays in this browser, or with sessionStorage until the page's window is closed.
  const load = (key, kept = "localStorage") => {
    try { return Array.from(JSON.parse(window[kept].getItem("guide:" + key))) } catch (e) { return [] }
  }
  const save = (key, list, kept = "localStorage") => {
    try { window[kept].setItem("guide:" + key, JSON.stringify(list)) } catch (e) {}
  }
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties)
  const say = () => {
    const place = make("span", {})
    place.setAttribute("role", "status")
    return place
  }

  // Tabs. A choice holds for every set that has the tab, on this page and the next; the page's inline script reads it.
  // ?on=macos-13 in an address opens a tab without keeping it, and goes along to the next page until the reader chooses.
  const radios = $(".tabbed-set > input")
  const mates = (radio) => radios.filter((other) => other.parentNode == radio.parentNode)
  const blockOf = (radio) => $(".tabbed-content > .tabbed-block", radio.parentNode)[mates(radio).indexOf(radio)]
  const nameOf = (radio) => radio.labels[0].textContent.toLowerCase().replace(/[^\w.]+/g, "-")
  let on = (/[?&]on=((mac|i[op]|apple|browser)[\w.-]*)/.exec(location.search) || [])[1]
  const carry = () => $("a[href]:not([href^='#'])").forEach((link) => {
    if (link.host == location.host && link.pathname.slice(-1) == "/") link.search = on && "?on=" + on
  })
  const choose = (radio, keep) => {
    const name = nameOf(radio)
    radios.forEach((other) => { if (nameOf(other) == name) other.checked = true })
    if (keep) save("tabs", [name, ...load("tabs").filter((tab) => tab != name)])
    if (keep && on) {
      on = ""
      history.replaceState(null, "", location.pathname + location.hash)
      carry()
    }
    show()
  }
  const show = () => radios.forEach((radio) => {
    radio.parentNode.lastChild.lastChild.textContent = "" // a link to another tab
    const block = blockOf(radio)
    // Lets find-in-page reach closed tabs; in the HTML it would blank them without this script.
    if ("onbeforematch" in block) radio.checked ? block.removeAttribute("hidden") : block.setAttribute("hidden", "until-found")
  })
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1))
    const radio = target && radios.find((radio) => radio == target || blockOf(radio).contains(target))
    if (radio) {
      choose(radio, radio == target && !on)
      ;(radio == target ? radio.parentNode : target).scrollIntoView()
    }
  }
  radios.forEach((radio) => {
    radio.onchange = () => choose(radio, true)
    radio.onkeydown = (event) => {
      const all = mates(radio)
      const to = { Home: all[0], End: all[all.length - 1] }[event.key]
      if (to) {
        event.preventDefault()
        to.focus()
        choose(to, true)
      }
    }
    blockOf(radio).addEventListener("beforematch", () => choose(radio))
  })
  // What a helper sends, or shows, to someone: an address that opens the chosen tab. `guide publish` draws its code.
  $(".tabbed-set").forEach((set) => {
    const place = make("p", { className: "share" })
    const button = make("button", { type: "button", textContent: "Copy a link to these steps" })
    const said = say()
    button.onclick = () => {
      const name = nameOf(mates(set.firstElementChild).find((radio) => radio.checked))
      const link = new URL("?on=" + name, location).href
      const code = make("img", { src: name + ".svg", alt: "QR code of this link", onerror: () => code.remove() })
      const tell = (words) => {
        said.textContent = words + link
        said.append(code)
      }
      tell("")
      if (navigator.clipboard) navigator.clipboard.writeText(link).then(() => tell("Copied: "), () => {})
    }
    place.append(button, said)
    set.append(place)
  })
  show()
  follow()
  addEventListener("hashchange", follow)

  // Steps. The number is the check box; keys are the steps' own, so that a new step does not shift the ticks.
  const key = "steps:" + location.pathname
  const done = new Set(load(key))
  const crumb = $(".crumb")[0]
  const lists = []
  // The path marks a page whose steps are all ticked, those of closed tabs apart.
  const mark = () => $(".path a").forEach((link) => link.classList.toggle("ticked", load("steps:" + link.pathname).includes("all")))
  mark()
  $("article .hint").forEach((hint) => {
    const steps = $("li[id]", hint.nextElementSibling)
    lists.push(steps)
    const text = say()
    const next = make("a", {})
    const clear = make("button", { type: "button", textContent: "Clear" })
    const tell = () => {
      const left = steps.filter((step) => !done.has(step.id))
      const count = steps.length - left.length
      text.textContent = count
        ? count + " of " + steps.length + " done, saved only on this device. "
        : steps.length + " steps. Tick off each number as you go. Your ticks stay on this device. "
      clear.hidden = !count
      next.hidden = !count || !left.length
      if (left.length) {
        next.href = "#" + left[0].id
        next.textContent = "Continue at step " + (steps.indexOf(left[0]) + 1)
      }
    }
    const boxes = steps.map((step, place) => {
      const box = make("input", { type: "checkbox", className: "done", checked: done.has(step.id) })
      box.setAttribute("aria-label", "Step " + (place + 1) + " done")
      box.onchange = () => {
        const closed = radios.filter((radio) => !radio.checked).map(blockOf)
        done[box.checked ? "add" : "delete"](step.id)
        done[lists.flat().every((each) => done.has(each.id) || closed.some((block) => block.contains(each))) ? "add" : "delete"]("all")
        save(key, Array.from(done))
        mark()
        tell()
      }
      step.prepend(box)
      return box
    })
    clear.onclick = () => {
      boxes.forEach((box) => { if (box.checked) box.click() })
      boxes[0].focus()
    }
    tell()
    hint.textContent = ""
    hint.append(text, next, clear)
    // Back on the page with steps left: the way to the next one stands on top.
    if (crumb && !next.hidden && hint.getClientRects().length) crumb.append(" · ", next.cloneNode(true))
  })

  // Who leaves the steps for an answer finds the way back on that page, above and below it.
  if ($(".hint")[0]) $("article a[href]").forEach((link) => link.addEventListener("click", () => {
    if (link.host != location.host || link.pathname == location.pathname) return
    const step = link.closest("li[id]")
    const next = step ? "#" + step.id : ($(".hint a[href]").find((a) => a.getClientRects().length) || location).hash
    save("back", [location.pathname + location.search + next, (next ? "Back to the step in: " : "Back to: ") + $("h1")[0].textContent], "sessionStorage")
  }))
  else {
    const [href, textContent] = load("back", "sessionStorage")
    if (href) $(".crumb").forEach((place) => place.append(" · ", make("a", { href, textContent })))
  }

  // Practice: the focus follows to the screen that a press leads to, whose heading says where one is, or to the answer.
  addEventListener("hashchange", () => $(".screen:target > h2, .answer:target").forEach((place) => {
    place.tabIndex = -1
    place.focus({ preventScroll: true })
  }))

  // Values to copy, with a spoken confirmation.
  if (navigator.clipboard) $("article td:nth-child(2):last-child > code").forEach((code) => {
    const button = make("button", { type: "button", className: "copy", textContent: "Copy" })
    button.setAttribute("aria-label", "Copy " + code.textContent)
    const said = say()
    said.className = "said"
    button.onclick = () => navigator.clipboard.writeText(code.textContent).then(() => {
      button.textContent = said.textContent = "Copied"
      setTimeout(() => { button.textContent = "Copy"; said.textContent = "" }, 2000)
    })
    code.after(button, said)
  })

  // Leave this page: another takes its place, in the history too.
  const exit = $(".exit")[0]
  if (exit) {
    let presses = []
    const go = (event) => {
      event.preventDefault()
      document.documentElement.hidden = true // until the other is there
      location.replace(exit.href)
    }
    exit.onclick = go
    addEventListener("keydown", (event) => {
      if (event.repeat) return
      presses = event.key == "Shift" ? [...presses, event.timeStamp].slice(-3) : []
      if (presses[2] - presses[0] < 5000) go(event)
    })
    $(".leave a")[0].before("Pressing Shift three times works too. ")
  }

  // Menu: on a phone only the group of this page stands open.
  const menu = $(".menu")[0]
  if (!matchMedia("(min-width: 45em)").matches) $("details", menu).forEach((group) => { group.open = $("[aria-current]", group).length })

  // Search. Its panel opens at once, so that a phone shows its keyboard and no letter is lost; what finds is loaded then.
  const opener = make("button", { type: "button", className: "find", textContent: "Search" })
  const panel = make("div", { className: "search", hidden: true })
  const box = make("input", { type: "search", placeholder: "What do you want to do?", autocomplete: "off" })
  const status = make("p", {})
  const add = (file) => new Promise((onload, onerror) => {
    document.head.append(make("script", { src: new URL(file, source), onload, onerror }))
  })
  let loading
  const prepare = () => {
    status.textContent = "Loading the search…"
    loading = Promise.all(["minisearch.js", "search.js"].map(add)).then(() => guideSearch(box, status)).catch(() => {
      loading = 0 // opened again, it tries again
      status.textContent = "The search didn’t load. All guides are in the menu."
    })
  }
  const toggle = (open) => {
    if (panel.hidden != open) return
    panel.hidden = !open
    opener.setAttribute("aria-expanded", open)
    if (!open) return
    box.focus()
    box.select()
    if (!loading) prepare()
  }
  opener.setAttribute("aria-expanded", false)
  panel.setAttribute("role", "search")
  box.setAttribute("aria-label", "Search")
  status.setAttribute("role", "status")
  opener.onclick = () => toggle(panel.hidden)
  panel.addEventListener("click", () => { if (on) carry() }, true)
  panel.append(box, status)
  menu.before(opener, panel)

  // Menu and search close by Escape and by a press outside; the search by the focus that leaves it, too.
  const leave = (event) => { if (![opener, panel].some((part) => part.contains(event.target))) toggle(false) }
  addEventListener("focusin", leave)
  addEventListener("hashchange", () => toggle(false)) // what was found is on this page
  addEventListener("click", (event) => {
    leave(event)
    if (!menu.contains(event.target)) menu.open = false
  })
  addEventListener("keydown", (event) => {
    if (event.key == "/" && event.target != box && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      toggle(true)
      box.focus()
    }
    if (event.key != "Escape") return
    if (!panel.hidden) {
      event.preventDefault() // it would empty the box
      toggle(false)
      opener.focus()
    }
    if (menu.open) {
      menu.open = false
      menu.firstElementChild.focus()
    }
  })

  if (on) carry()
})()
