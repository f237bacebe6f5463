/** One fetch for all REST calls: JSON in, JSON out, and the API's error shape as an `ApiError`. */

export interface ErrorBody {
  readonly error: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly details?: readonly ErrorDetail[];
}

/** One thing wrong with a body: `field` is its name there, or empty. */
export interface ErrorDetail {
  readonly field: string;
  readonly message: string;
}

/** A refused call. `status` 0 means that the server was not reached at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId = "",
    readonly retryAfterS = 0,
    readonly details: readonly ErrorDetail[] = [],
  ) {
    super(message);
  }
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * Calls the API of this page's own origin.
 *
 * @throws ApiError for every answer outside 2xx, and with status 0 when there was no answer.
 */
export async function requestJson<T>(
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  fetcher: Fetch = (url, init) => fetch(url, init),
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: { accept: "application/json", ...headers },
  };
  if (body !== undefined) {
    init.headers = { ...init.headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetcher(path, init);
  } catch {
    throw new ApiError(0, "unreachable", "The server cannot be reached. Check your connection and try again.");
  }
  const parsed: unknown = await response.json().catch(() => null);
  if (response.ok) return parsed as T;
  const problem = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Partial<ErrorBody>;
  throw new ApiError(
    response.status,
    problem.code ?? `http_${response.status}`,
    problem.error ?? "Something went wrong. Try again in a moment.",
    problem.requestId ?? response.headers.get("x-request-id") ?? "",
    Number(response.headers.get("retry-after") ?? 0) || 0,
    problem.details ?? [],
  );
}
