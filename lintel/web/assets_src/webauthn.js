// Passkeys: the one part of signing in that needs a script. A form with [data-lintel-passkey] is
// shown, and sent once the browser's own dialogue has filled in its hidden credential.
const able =
  window.PublicKeyCredential && typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function";

async function credential(kind, options) {
  if (kind === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
  return navigator.credentials.get({ publicKey });
}

for (const part of document.querySelectorAll("[data-lintel-passkey]")) {
  if (!able) continue;
  part.hidden = false;
  const form = part.querySelector("form");
  form.dataset.lintelRepeat = "";
  const failed = part.querySelector("[data-lintel-passkey-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const made = await credential(part.dataset.lintelPasskey, JSON.parse(part.dataset.lintelOptions));
      form.elements.credential.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
