/** The response to one request, before `deliver` sends it. */
export type Answer = {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export const JSON_TYPE = { "content-type": "application/json" };

export const ok = (body: string | Buffer, headers?: Record<string, string>): Answer => ({
  status: 200,
  body,
  headers: { ...JSON_TYPE, ...headers },
});

/** Version 1's error envelope. `code` is more often 0 than the status, and the message may be German. */
export const errorAnswer = (status: number, message: string, code = 0): Answer => ({
  status,
  body: JSON.stringify({ success: false, error: { code, message } }),
  headers: JSON_TYPE,
});

/** The trailing space is Personio's. */
export const notFound = (): Answer => errorAnswer(404, "Es ist ein Problem aufgetreten ", 404);

export const html = (status: number, title: string): Answer => ({
  status,
  body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  headers: { "content-type": "text/html; charset=utf-8" },
});
