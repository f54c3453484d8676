// Runs first, before anything is painted: tells the stylesheets that scripts work.
// A file of its own, because no inline script is allowed (docs/adr/0003).
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
