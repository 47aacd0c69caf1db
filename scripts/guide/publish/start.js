// First in every page: style sheets may hide what needs scripts; the site's own script comes when the page is painted,
// so that it delays nothing. Tabs, menu and reading do without it.
document.documentElement.classList.replace("no-js", "js");
(source => addEventListener("load", () => {
  const load = () => document.head.append(Object.assign(document.createElement("script"), { src: source }));
  if ((PerformanceObserver.supportedEntryTypes || []).includes("paint"))
    new PerformanceObserver((_, observer) => { observer.disconnect(); load() }).observe({ type: "paint", buffered: true });
  else load()
}))(document.currentScript.dataset.src)
