import { describe, expect, it } from "vitest";
import { ApiError } from "../../protocol/http";
import { problemOf, sentence } from "./problem";
import { words } from "./words";

describe("problemOf", () => {
  it("puts what a field refuses at the field", () => {
    const error = new ApiError(400, "invalid_request", "email must be valid", "r1", 0, [
      { field: "email", message: "must be a valid e-mail address" },
    ]);
    expect(problemOf(error)).toEqual({
      message: "",
      fields: { email: "Must be a valid e-mail address." },
      isPassing: false,
    });
  });

  it.each(Object.entries(words.refused))("has words of its own for %s", (code, sentence) => {
    expect(problemOf(new ApiError(409, code, "as the server says it")).message).toBe(sentence);
  });

  it("says the server's sentence when no field is named", () => {
    expect(problemOf(new ApiError(409, "conflict", "You are in a company already"))).toEqual({
      message: "You are in a company already.",
      fields: {},
      isPassing: false,
    });
  });

  it.each([
    [new ApiError(0, "unreachable", "x"), words.problem.offline],
    [new ApiError(503, "service_unavailable", "x", "", 2), words.problem.busy],
    [new ApiError(429, "rate_limited", "x", "", 700), "Too many tries. Try again in 12 minutes."],
    [new ApiError(429, "rate_limited", "x"), words.problem.limited],
  ])("tells what passes by itself", (error, message) => {
    expect(problemOf(error)).toEqual({ message, fields: {}, isPassing: true });
  });

  it("shows nothing of an inner failure", () => {
    expect(problemOf(new ApiError(500, "internal_error", "Internal server error")).message).toBe(words.problem.broken);
    expect(problemOf(new TypeError("x is not a function")).message).toBe(words.problem.broken);
  });
});

describe("sentence", () => {
  it.each([
    ["must be whole", "Must be whole."],
    ["Already. Done!", "Already. Done!"],
    ["  ", words.problem.broken],
  ])("makes one of %j", (given, said) => {
    expect(sentence(given)).toBe(said);
  });
});
