import type { Credentials } from "../sandbox/admin.ts";

export type Served = { readonly tenantId: string; readonly token: string };

/** What a newcomer tries with one company. */
export const examples = (url: string, second: Credentials): string => `
Open the console in a browser: ${url}/console

To try the setup there, disconnect the account under Sync, Connection, and connect another one of the sandbox:
  client id ${second.clientId}, secret ${second.clientSecret}

The console is a client of the graph at ${url}/graphql. A browser shows GraphiQL there. A program can send:

  1. A page of the directory
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 5) { totalCount edges { node { displayName position department { name } office { name } supervisor { displayName } } } } }"}'

  2. Search, with the reporting line up to the top
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 1, filter: { search: \\"engineer\\" }) { edges { node { displayName reportingChain { displayName position } } } } }"}'

  3. People missing from the directory, and the reasons
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ skippedEmployees(first: 5) { totalCount edges { node { name reason message help } } } }"}'

  4. First and last days, anniversaries and birthdays in the next four weeks
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ upcomingLifecycleEvents(from: \\"${day(0)}\\", to: \\"${day(28)}\\", first: 10) { edges { node { firesOn timeZone kind years person { displayName } suppressedBecause } } } }"}'

  5. Approvers of people, and the reasons
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 3) { edges { node { displayName approver { outcome level approver { displayName } trace { level candidate { displayName } skippedBecause } } } } } }"}'

  6. Where the fields of a person come from: Personio or the identity provider
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 3) { edges { node { displayName position fieldSources { field source since other } } } } }"}'

Press Ctrl-C to stop everything.
`;

/** The same for several companies, each with its token. */
export const examplesWithTokens = (url: string, served: readonly Served[]): string => `
Both companies are served at ${url}/graphql. A token shows only its own company:
${served
  .map(
    ({ tenantId, token }) => `
  ${tenantId}
     curl -s ${url}/graphql -H 'authorization: Bearer ${token}' -H 'content-type: application/json' -d '{"query":"{ people(first: 5) { totalCount edges { node { displayName workEmail } } } }"}'
`,
  )
  .join("")}
In a browser, open ${url}/graphql and enter {"authorization": "Bearer …"} under Headers.
Press Ctrl-C to stop everything.
`;

const day = (fromNow: number): string =>
  new Date(Date.now() + fromNow * 24 * 60 * 60_000).toISOString().slice(0, 10);
