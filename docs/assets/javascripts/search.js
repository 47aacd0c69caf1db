// Finds guides while the reader types. guide.js loads this, and MiniSearch, when the search is first opened.
const guideSearch = ((source) => async (box, status) => {
  const FEW = 6
  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties)
    made.append(...children)
    return made
  }
  const get = async (file) => {
    const answer = await fetch(new URL(file, source))
    return answer.ok ? answer.json() : Promise.reject(answer)
  }
  // The index of MkDocs, or that of Zensical: the same but for its name. guide publish makes a smaller one of either.
  const index = await get("../../search/search_index.json").catch(() => get("../../search.json"))
  const area = make("textarea")
  const plain = (html) => {
    area.innerHTML = html.replace(/<[^>]*>/g, " ")
    return area.value.trim()
  }
  // One entry for each heading. The page itself comes before its sections, and has its tags.
  const entries = (index.docs || index.items).map(({ location, title, text, tags }, id) => {
    const [page, section] = location.split("#")
    return { id, location, page, title: plain(title), text: plain(text), tags: section ? "" : (tags || []).join(" ") }
  })
  const titles = {}
  entries.forEach(({ page, title }) => { titles[page] = titles[page] || title })
  const engine = new MiniSearch({
    fields: ["title", "tags", "text"],
    searchOptions: {
      boost: { title: 3, tags: 8 },
      prefix: (word, at, words) => word.length > 2 && at == words.length - 1, // the reader may be about to go on
      fuzzy: (word) => word.length > 4 && .25
    }
  })
  engine.addAll(entries)

  // One result a page: all that its sections score, and the best of them.
  const find = (query) => {
    const pages = new Map()
    engine.search(query).forEach(({ id, score, terms }) => {
      const best = entries[id]
      const found = pages.get(best.page) || { best, score: 0, words: new Set(terms) }
      found.score += score
      pages.set(best.page, found)
    })
    return Array.from(pages.values()).sort((one, other) => other.score - one.score)
  }

  // Marks words as MiniSearch cuts them; of a long text, what begins with the sentence of the first that is marked.
  const mark = (text, words, most) => {
    const parts = text.split(/([\n\r\p{Z}\p{P}]+)/u)
    const marked = (part) => words.has(part.toLowerCase())
    const first = parts.findIndex(marked)
    const ends = /[.?!]\s/
    const begins = (at) => at < 1 || (first - at < 30 ? ends : /\s/).test(parts[at - 1])
    let from = parts.length > most ? first : 0
    while (!begins(from)) from -= 2
    from = Math.max(0, from)
    const shown = parts.slice(from, from + most).map((part) => marked(part) ? make("mark", {}, part) : part)
    return [from && !ends.test(parts[from - 1]) ? "… " : "", ...shown, from + most < parts.length ? " …" : ""]
  }
  const item = ({ best, words }) => make("li", {},
    make("a", { href: new URL("../../" + best.location, source) }, ...mark(titles[best.page], words, 99)),
    best.title == titles[best.page] ? "" : make("strong", {}, ...mark(best.title, words, 99)),
    make("p", {}, ...mark(best.text, words, 48))
  )

  const list = make("ul", { className: "plain" })
  const more = make("button", { type: "button", textContent: "Show more" })
  list.setAttribute("role", "list")
  box.parentNode.append(list, more)
  const show = () => {
    const found = find(box.value)
    const fill = (count) => {
      list.textContent = ""
      list.append(...found.slice(0, count).map(item))
      more.hidden = found.length <= count
      const shown = list.children.length
      status.textContent = shown ? shown + (shown > 1 ? " guides, best first" : " guide") : box.value.trim()
        ? "Nothing found. Try another word, or look in the menu, which lists all guides." : ""
    }
    fill(FEW)
    more.onclick = () => {
      fill(found.length)
      list.children[FEW].querySelector("a").focus()
    }
  }
  box.oninput = show
  show()

  // Arrows go through the results, Enter to the first; on a phone that puts the keyboard away.
  box.parentNode.onkeydown = (event) => {
    const all = [box, ...list.querySelectorAll("a")]
    const at = all.indexOf(event.target)
    const to = all[{ ArrowDown: at + 1, ArrowUp: at - 1, Enter: at ? -1 : 1 }[event.key]]
    if (at < 0 || !to) return
    event.preventDefault()
    to.focus()
  }
})(document.currentScript.src)
