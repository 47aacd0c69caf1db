// First in every page: the site's own script comes when the page is painted, so that it delays nothing. Tabs, menu and
// reading do without it; the search shows when it has come.
(source => addEventListener("load", () => {
  const load = () => document.head.append(Object.assign(document.createElement("script"), { src: source }));
  if ((PerformanceObserver.supportedEntryTypes || []).includes("paint"))
    new PerformanceObserver((_, observer) => { observer.disconnect(); load() }).observe({ type: "paint", buffered: true });
  else load()
}))(document.currentScript.dataset.src)
