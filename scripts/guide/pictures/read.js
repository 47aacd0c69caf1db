// What a drawn screen tells of itself: its fonts, its targets, its private regions, and its text with its size.
() => {
  const round = (rect) => [rect.x, rect.y, rect.width, rect.height].map((value) => Math.round(value * 100) / 100)
  // The part of an element that its ancestors and the screen let through.
  const seen = (element) => {
    let { left, top, right, bottom } = element.getBoundingClientRect()
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible") continue
      const edge = up === document.body ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : up.getBoundingClientRect()
      left = Math.max(left, edge.left); top = Math.max(top, edge.top)
      right = Math.min(right, edge.right); bottom = Math.min(bottom, edge.bottom)
    }
    left = Math.max(left, 0); top = Math.max(top, 0)
    right = Math.min(right, innerWidth); bottom = Math.min(bottom, innerHeight)
    return [right - left, bottom - top].map((value) => Math.round(value * 100) / 100)
  }
  const texts = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement
    if (!walk.currentNode.data.trim() || !element.checkVisibility()) continue
    range.selectNodeContents(walk.currentNode)
    texts.push({
      words: walk.currentNode.data.trim().replace(/\s+/g, " "), box: round(range.getBoundingClientRect()),
      size: parseFloat(getComputedStyle(element).fontSize),
    })
  }
  const all = (name) => [...document.querySelectorAll(`[data-${name}]`)].map((element) => ({
    name: element.dataset[name], box: round(element.getBoundingClientRect()), seen: seen(element),
    shown: element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  }))
  return {
    fonts: [...document.fonts].map((font) => [`${font.family} ${font.weight}`, font.status]),
    targets: all("target"), private: all("private"), texts,
  }
}
