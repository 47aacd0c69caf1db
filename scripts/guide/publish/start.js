// Last in every page: the site's own script is asked for after a frame was painted, for deferred it delays that frame.
(source => requestAnimationFrame(() => setTimeout(() =>
  document.head.append(Object.assign(document.createElement("script"), { src: source }))
)))(document.currentScript.dataset.src)
