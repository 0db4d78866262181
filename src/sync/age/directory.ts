import { GraphQLDateTime } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";

/**
 * A sync may start up to one interval late, and takes some time. Two intervals without a success mean a
 * failure.
 */
const STALE_AFTER_INTERVALS = 2;

@Authenticated()
@ObjectType({
  simpleResolvers: true,
  description: "The directory as a whole: what every viewer may know, regardless of the scopes.",
})
export class Directory {
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "The directory is as current as this time: when the last successful sync began to read Personio. Null before " +
      "the first success. A sync of single people does not count.",
  })
  asOf!: Date | null;

  @Field(() => Boolean, {
    description:
      `Whether \`asOf\` is older than ${STALE_AFTER_INTERVALS} sync intervals (\`SYNC_EVERY_HOURS\`), because syncs fail ` +
      "or wait for an administrator, or Personio is disconnected. False before the first success, when nothing can be out of date.",
  })
  isStale!: boolean;
}

const MS_PER_HOUR = 3_600_000;

/** Whether a directory of that age lacks syncs that should have succeeded. Pure. */
export const isStale = (asOf: Date | null, syncEveryHours: number, now: Date): boolean =>
  asOf !== null && now.getTime() - asOf.getTime() > STALE_AFTER_INTERVALS * syncEveryHours * MS_PER_HOUR;
