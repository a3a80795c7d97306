// A strict OpenID provider (npm oidc-provider) for measurements: one signing key, PKCE, clients that prove themselves by key.
// node oidc_provider.mjs <folder with oidc-provider installed> <port> <file with the clients' registrations>
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { pathToFileURL } from "node:url";

const [folder, port, registrations] = process.argv.slice(2);
const found = createRequire(`${folder}/here.js`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found).href);
const key = { ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: port };
const told = { name: "山田 直子", municipality: "462101", department: "shimin", roles: ["reviewer"] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: JSON.parse(readFileSync(registrations, "utf8")),
  jwks: { keys: [key] },
  pkce: { required: () => true },
  cookies: { keys: ["made-up"] },
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], profile: Object.keys(told) },
  clientAuthMethods: ["private_key_jwt"],
  enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...told }) }),
});
provider.listen(Number(port), "127.0.0.1");
