import type { ConsoleIdentityQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Fact, Facts, Page, Section } from "../parts/page.tsx";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { CopiedValue } from "./copied-value.tsx";
import { PeopleWithoutUser } from "./people-without-user.tsx";
import { IdpOnlyUsers } from "./settings-idp-users.tsx";
import { ScimTokens } from "./settings-scim-tokens.tsx";

const IDENTITY = graphql(`
  query ConsoleIdentity {
    scimTokens {
      id
      hint
      createdAt
      lastUsedAt
    }
    idpUserCounts {
      users
      matchedPeople
      peopleWithoutUser
    }
  }
`);

/** The address and the tokens for the identity provider, and how its users match the directory. */
export function IdentitySettings() {
  const { identity: texts } = useScreenTexts().access;
  const answer = useAnswer(IDENTITY, {});
  const { data, isLoading, again } = answer;
  return (
    <Page title={texts.title} lead={texts.lead} width="text">
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && (
        <>
          <Connection tokens={data.scimTokens} />
          <ScimTokens tokens={data.scimTokens} again={again} />
          <Users counts={data.idpUserCounts} />
        </>
      )}
    </Page>
  );
}

/** The console has the address that browsers and identity providers use. */
const SCIM_ADDRESS = `${window.location.origin}/scim/v2`;

function Connection({ tokens }: { readonly tokens: ConsoleIdentityQuery["scimTokens"] }) {
  const { identity: texts } = useScreenTexts().access;
  const format = useFormat();
  const last = tokens
    .flatMap(({ lastUsedAt }) => lastUsedAt ?? [])
    .sort()
    .at(-1);
  return (
    <Section title={texts.connection}>
      <Facts>
        <CopiedValue name={texts.address} value={SCIM_ADDRESS} />
        <Fact name={texts.lastRequest}>{last ? format.instant(last) : texts.never}</Fact>
      </Facts>
    </Section>
  );
}

function Users({ counts }: { readonly counts: ConsoleIdentityQuery["idpUserCounts"] }) {
  const { identity: texts } = useScreenTexts().access;
  const format = useFormat();
  return (
    <>
      <Section title={texts.users}>
        <Facts>
          <Fact name={texts.counts.users}>{format.number(counts.users)}</Fact>
          <Fact name={texts.counts.matched}>{format.number(counts.matchedPeople)}</Fact>
          <Fact name={texts.counts.without}>{format.number(counts.peopleWithoutUser)}</Fact>
        </Facts>
      </Section>
      {counts.users > 0 && <IdpOnlyUsers />}
      {counts.users > 0 && <PeopleWithoutUser count={counts.peopleWithoutUser} />}
    </>
  );
}
