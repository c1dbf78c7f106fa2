import { describe, expect, it } from "vitest";
import { ApiError, say } from "./error";

describe("what is said of a refusal", () => {
  it("names the reference under which operators find an error in their log", () => {
    const said = say(new ApiError("internal", "", { reference: "1a2b3c4d" }));
    expect(said).toContain("(reference 1a2b3c4d)");
  });

  it("is the server's own words where there are none of ours", () => {
    expect(say(new ApiError("new_to_us", "Not on Sundays."))).toBe("Not on Sundays.");
  });
});
