// A page that passed its term after it was published says so too.
document.querySelectorAll("[data-due]").forEach((title) => {
  const due = new Date(title.dataset.due)
  const day = due.toLocaleDateString("en-US", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
  if (due <= Date.now()) title.insertAdjacentHTML("afterend", NOTICE.replace("DAY", day))
})
