// What a drawn screen tells of itself: its fonts, its targets, its private regions, and the colours of its text with the target it is in.
() => {
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return [x, y, width, height].map((value) => Math.round(value * 100) / 100)
  }
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor
      if (!/^rgba/.test(colour)) return colour
    }
    return "rgb(255, 255, 255)"
  }
  const inks = {}
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement
    if (!walk.currentNode.data.trim() || !element.getClientRects().length) continue
    const target = element.closest("[data-target]")
    const pair = [getComputedStyle(element).color, ground(element), target ? target.dataset.target : ""]
    inks[pair.join()] = pair
  }
  const all = (name) => [...document.querySelectorAll(`[data-${name}]`)].map((e) => [e.dataset[name], box(e)])
  return {
    fonts: [...document.fonts].map((font) => [font.family, font.weight, font.status]),
    targets: all("target"),
    private: all("private"),
    inks: Object.values(inks),
  }
}
