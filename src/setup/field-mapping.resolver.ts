import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { actorOf } from "../access/actor.ts";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import { personioNotConnected } from "../integration/open-account.ts";
import { FieldMappingInput, PersonioIntegration } from "../integration/personio-integration.ts";
import { changeMapping } from "./change-mapping.ts";
import { currentIntegration, type SetupContext } from "./setup.resolver.ts";
import { readGrantedRights } from "./setup.ts";

@Resolver(() => PersonioIntegration)
export class FieldMappingResolver {
  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioIntegration, {
    description:
      "Changes single rows of the field mapping, during the review and later. All other rows stay, " +
      "also those that another admin changes at the same time. First reads from Personio again which " +
      "attributes the credential may read, so an empty list only checks that: use it after ticking an " +
      "attribute. During the review, newly granted attributes join the proposal, and a job reads the " +
      "preview again if something has changed. On a connected account, a changed mapping queues a " +
      "FULL run, and hiding a field deletes its stored values. Fails with BAD_USER_INPUT for an " +
      "unknown field or attribute, and for a required field without an attribute. Hiding a field by " +
      "which `peopleSettings` excludes people fails in the same way. [people:admin]",
  })
  async setFieldMapping(
    @Ctx() context: SetupContext,
    @Arg("changes", () => [FieldMappingInput], {
      description: "The rows to change, each field and each custom attribute at most once.",
    })
    changes: FieldMappingInput[],
  ): Promise<PersonioIntegration> {
    // Not `read`: its transaction would stay open during the requests to Personio.
    const integration = await context.write(findIntegration);
    if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
    const rights = await readGrantedRights(integration, context.setup);
    const task = {
      tenantId: context.viewer.tenantId,
      requestedBy: actorOf(context.viewer),
      checked: { rights, readWith: integration },
      changes: changes.map(({ personField, personioAttribute }) => ({
        personField,
        personioAttribute: personioAttribute ?? null,
      })),
    };
    await context.write((manager) => changeMapping(manager, task, context.setup));
    return currentIntegration(context);
  }
}
