/** What a person can do about an error, told from its text; null if nothing better than its message is known. */
export function adviceOn(message: string): string | null {
  return ADVICE.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\b401\b|unauthori[sz]ed|invalid (api )?(key|token)/i,
    "Check the credential: open it, replace the secret, and test it.",
  ],
  [
    /\b403\b|forbidden|permission/i,
    "The credential is known, but may not do this. Check its rights in the other system.",
  ],
  [/\b404\b|not found/i, "Check the address or the id: nothing is there under this name."],
  [
    /\b429\b|rate limit|too many requests/i,
    "Slow down: switch on “Retry on fail” with a wait in the settings, or send fewer items at once.",
  ],
  [
    /\b5\d\d\b.*(server|gateway|unavailable)|bad gateway|service unavailable/i,
    "The other system has a problem. “Retry on fail” in the settings tries again by itself.",
  ],
  [/timed? ?out|timeout/i, "It took too long. Raise the timeout in the node's options, or ask for less at once."],
  [
    /connection refused|could not connect|name resolution|getaddrinfo|ECONNREFUSED|unreachable/i,
    "The address could not be reached. Check the host name and the port, and whether the service is up.",
  ],
  [
    /private address|not allowed to (reach|connect)|blocked address/i,
    "This installation does not let workflows reach that address. Its owner can allow it.",
  ],
  [/credential/i, "Choose a credential in the parameters, or make a new one."],
  [
    /(is not defined|cannot read propert|undefined|is not a function)/i,
    "A value is missing in an expression or the code. Look at the input on the left for what is really there.",
  ],
  [/required|is missing|must be (set|given)/i, "Fill in the field that is named, then execute the step again."],
  [/json/i, "The text is not the JSON that was expected. Look at the input, and at quotes and commas."],
];
