import { servedBy, startTestApp, type TestApp } from "../support/test-app.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

type DatabaseProxy = AsyncDisposable & { readonly url: string };

export type AppBehindProxy<Proxy> = AsyncDisposable & {
  readonly database: TestDatabase;
  readonly proxy: Proxy;
  readonly app: TestApp;
};

/** Connects a company of an app that reaches its database only through this proxy. */
export async function startAppBehind<Proxy extends DatabaseProxy>(
  openProxy: (databaseUrl: string) => Promise<Proxy>,
): Promise<AppBehindProxy<Proxy>> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  const proxy = starting.use(await openProxy(database.servingUrl));
  const app = starting.use(
    await startTestApp({
      sandbox: { people: 20 },
      config: { database: servedBy({ ...database, servingUrl: proxy.url }) },
    }),
  );
  await app.connect();
  const started = starting.move();
  return { database, proxy, app, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
