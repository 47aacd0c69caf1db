// Last in every page: the site's own script is asked for after a frame was painted, for deferred it delays that frame.
(source => requestAnimationFrame(() => setTimeout(() => import(new URL(source, location)))))(document.currentScript.dataset.src)
