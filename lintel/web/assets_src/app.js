// All script of Lintel. Everything also works without it.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";
import { Alert, ButtonMenu } from "@ministryofjustice/frontend";
import "./webauthn.js";

for (const component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Alert,
  ButtonMenu,
]) {
  createAll(component);
}

// Printing needs a script, so its button is hidden until there is one.
for (const button of document.querySelectorAll("[data-lintel-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A form is sent once even when Enter and the button are both pressed. The server holds the real
// rule (`_once`); this only spares the wait for it. Coming back with the back button frees it.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.lintelRepeat !== undefined) return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
});

// A page kept in the browser's memory may name a person: after sign-out it must not come back.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
