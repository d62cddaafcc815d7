import fc from "fast-check";
import { expect, it } from "vitest";
import { asked, EVERYTHING, type Listing, readListing, writeListing } from "./listing";

const word = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const listings: fc.Arbitrary<Listing> = fc
  .record({
    project: fc.option(word),
    folder: fc.option(word),
    search: fc.string({ unit: "grapheme" }),
    tag: fc.option(word),
    shown: fc.constantFrom("all", "published", "unpublished", "archived"),
    order: fc.constantFrom("updated", "name"),
    favourites: fc.boolean(),
  })
  .map((listing) => ({ ...listing, folder: listing.project === null ? null : listing.folder }) as Listing);

it("reads from an address what it wrote there", () => {
  fc.assert(
    fc.property(listings, (listing) => {
      expect(readListing(new URLSearchParams(writeListing(listing).toString()))).toEqual(listing);
    }),
  );
});

it("leaves the address bare while nothing is chosen", () => {
  expect(writeListing(EVERYTHING).toString()).toBe("");
});

it("asks for the top level of a project, unless something is searched", () => {
  expect(asked({ ...EVERYTHING, project: "shop" })).toMatchObject({ projectId: "shop", folderId: "" });
  expect(asked({ ...EVERYTHING, project: "shop", search: "x" })).not.toHaveProperty("folderId");
  expect(asked(EVERYTHING)).not.toHaveProperty("folderId");
});

it("takes an address that makes no sense for one that says nothing", () => {
  expect(readListing(new URLSearchParams("show=nonsense&order=7&folder=lost"))).toEqual(EVERYTHING);
});
