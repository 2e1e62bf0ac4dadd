/* A passkey instead of a password: asks the browser for it and sends its answer with the form. Without script, or where
   the browser knows no passkeys, the form stays hidden and the password does. */

const READERS = {
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
};

/** Offers the form of a passkey, which holds what to ask for in `data-options` and how in `data-passkey`. */
const offer = (form) => {
  const said = form.querySelector("[role=status]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    said.textContent = "";
    try {
      const answer = await READERS[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(answer.toJSON());
      form.requestSubmit();
    } catch {
      said.textContent = form.dataset.failed;
    }
  });
};

if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  document.querySelectorAll("form[data-passkey]").forEach(offer);
}
