import { createHmac } from "node:crypto";
import type { DatabaseClient } from "../database-client.ts";
import { APP_ROLE } from "../transaction.ts";

const SERVING_LOGIN = "people_serving";

/**
 * Creates the login that serves unless an earlier start did, and gives it the rights of the application's
 * role alone. The superuser only supervises and migrates. The login's password follows from the superuser's,
 * which does not follow from it, so no second secret is stored.
 *
 * @returns its URL.
 */
export async function prepareServingLogin(superuserUrl: string, client: DatabaseClient): Promise<string> {
  const url = new URL(superuserUrl);
  const password = createHmac("sha256", url.password).update(SERVING_LOGIN).digest("base64url");
  await client.query(`
    do $$ begin
      if to_regrole('${APP_ROLE}') is null then create role ${APP_ROLE} nologin; end if;
      if to_regrole('${SERVING_LOGIN}') is null then create role ${SERVING_LOGIN} login; end if;
    end $$;
    alter role ${SERVING_LOGIN} password '${password}';
    grant ${APP_ROLE} to ${SERVING_LOGIN};
  `);
  Object.assign(url, { username: SERVING_LOGIN, password });
  return url.href;
}
