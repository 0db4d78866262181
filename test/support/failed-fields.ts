import type { Page } from "playwright-core";

type Failure = { readonly path: readonly (string | number)[]; readonly code?: string };

/** From now on, each answer to this operation has no value at these places, and an error for each of them. */
export async function failFields(page: Page, operation: string, failures: readonly Failure[]): Promise<void> {
  await page.route("**/graphql", async (route) => {
    const isOther = !new RegExp(`query ${operation}\\b`).test(route.request().postData() ?? "");
    if (isOther) return route.continue();
    const response = await route.fetch();
    const answer = await response.json();
    for (const { path } of failures) {
      const parent = path.slice(0, -1).reduce((value, name) => value[name], answer.data);
      parent[path.at(-1) ?? ""] = null;
    }
    const errors = failures.map(({ path, code = "INTERNAL_SERVER_ERROR" }) => ({
      message: "Failed",
      path,
      extensions: { code },
    }));
    await route.fulfill({ response, json: { ...answer, errors } });
  });
}

/** From now on, this operation is answered with an error and without data. */
export async function failOperation(page: Page, operation: string): Promise<void> {
  await page.route("**/graphql", (route) => {
    const isOther = !new RegExp(`query ${operation}\\b`).test(route.request().postData() ?? "");
    if (isOther) return route.continue();
    const errors = [{ message: "Failed", extensions: { code: "INTERNAL_SERVER_ERROR" } }];
    return route.fulfill({ json: { data: null, errors } });
  });
}
