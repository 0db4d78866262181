import type { IdpAdmin, ListedUser } from "../../../src/sandbox/admin.ts";
import type { PartialIdpSettings } from "../../../src/sandbox/idp/idp-settings.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type ScimRecorder, startScimRecorder } from "./scim-recorder.ts";
import { MONDAY } from "./start.ts";

export type WithIdp = AsyncDisposable & {
  readonly sandbox: Sandbox;
  readonly service: ScimRecorder;
  readonly idp: IdpAdmin;
  /** A user with a manager, a title and a department, without reports. */
  ordinaryUser(): Promise<ListedUser>;
};

const TOKEN = "a-token-of-the-service";

/** A sandbox whose identity provider has provisioned everything into a service that records it. */
export async function startWithIdp(settings: PartialIdpSettings = {}, query = ""): Promise<WithIdp> {
  const service = await startScimRecorder();
  const idpSettings = { retries: { fasterBy: 1_000 }, ...settings };
  const sandbox = await startSandbox({ people: 12, seed: 1, now: MONDAY, settings: { idp: idpSettings } });
  const { idp } = sandbox.admin;
  await idp.connect({ url: `${service.url}${query}`, token: TOKEN });
  await idp.settle();
  return {
    sandbox,
    service,
    idp,
    async ordinaryUser() {
      const users = await idp.users();
      const isManager = (id: string) => users.some(({ managerId }) => managerId === id);
      const found = users.find(
        (user) =>
          user.managerId && user.title && user.department && user.employeeNumber && !isManager(user.id),
      );
      if (!found) throw new Error("The company has no such user.");
      service.clear();
      return found;
    },
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}
