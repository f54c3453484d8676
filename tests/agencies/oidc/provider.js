// A real provider (oidc-provider) for one test run. Its accounts, and what it says of them, come
// as JSON in ACCOUNTS; it prints the port that it listens on. Its sign-in page asks nothing: the
// visitor is who the cookie `be` says, and agrees to everything.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const accounts = JSON.parse(process.env.ACCOUNTS);
const { CLIENT, SECRET, CALLBACK } = process.env;

function configuration() {
  return {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [CALLBACK],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: {
      openid: ["sub", "amr"],
      email: ["email", "email_verified"],
      profile: ["name"],
      amr: null,
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
    pkce: { required: () => true },
    findAccount: (_, id) =>
      accounts[id] && {
        accountId: id,
        claims: () => {
          const { email, email_verified, name } = accounts[id];
          return { sub: id, email, email_verified, name };
        },
      },
    cookies: { keys: ["for tests only"] },
  };
}

async function signIn(provider, request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const accountId = /(?:^|; )be=([\w-]+)/.exec(request.headers.cookie)[1];
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  const result = {
    login: { accountId, amr: accounts[accountId].amr ?? ["pwd"] },
    consent: { grantId: await grant.save() },
  };
  await provider.interactionFinished(request, response, result);
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, configuration());
  const answer = provider.callback();
  server.on("request", (request, response) =>
    request.url.startsWith("/sign-in/")
      ? signIn(provider, request, response)
      : answer(request, response),
  );
  console.log(port);
});
