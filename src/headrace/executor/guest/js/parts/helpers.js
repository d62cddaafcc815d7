// `this.helpers`: what code may ask of the server, by n8n's names.
(function (host) {
  "use strict";
  const bytes = host.part("bytes");
  const { Buffer, wrap } = host.part("buffer");
  const { bodyOf } = host.part("sending");
  const PIECE = 4 << 20; // bytes of a file that are sent or asked for at once

  const sent = (given) => {
    const options = typeof given === "string" || Object.prototype.toString.call(given) === "[object URL]" ? { url: `${given}` } : { ...given };
    for (const name of ["url", "uri", "baseURL", "baseUrl"]) if (options[name] !== undefined) options[name] = `${options[name]}`;
    if (typeof options.headers?.entries === "function") options.headers = Object.fromEntries(options.headers.entries());
    if (options.body !== undefined) {
      const { contentType, ...made } = bodyOf(options.body);
      delete options.body;
      Object.assign(options, made);
      if (contentType && !Object.keys(options.headers ?? {}).some((name) => name.toLowerCase() === "content-type")) options.headers = { ...options.headers, "content-type": contentType };
    }
    return options;
  };
  const request = (method) => async (options) => {
    const { value, bytes: data } = await host.ask(method, sent(options));
    if (data === undefined) return value;
    const body = wrap(bytes.fromBase64(data));
    return value === null ? body : { ...value, body };
  };

  const held = (index, part) => {
    const items = host.inputItems(), item = items[index];
    if (!item) throw new Error(`There is no item ${index}: the node has ${items.length}`);
    const found = typeof part === "string" ? item.binary?.[part] : part;
    if (!found) throw new Error(`Item ${index} has no binary field '${part}'. It has: ${Object.keys(item.binary || {}).join(", ") || "none"}`);
    return found;
  };
  const read = async (file) => {
    // Small files come with the items.
    if (typeof file.data === "string") return Buffer.from(file.data, "base64");
    const { data, size } = (await host.ask("getBinaryData", file.id, 0, PIECE)).value;
    const first = wrap(bytes.fromBase64(data));
    if (size <= first.length) return first;
    const whole = Buffer.alloc(size);
    whole.set(first);
    for (let at = first.length; at < size; ) {
      const piece = bytes.fromBase64((await host.ask("getBinaryData", file.id, at, PIECE)).value.data);
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  };
  const store = async (data, fileName, mimeType) => {
    const content = typeof data === "string" ? Buffer.from(data) : bytes.isBytes(data) ? bytes.viewOf(data) : undefined;
    if (content === undefined) throw new TypeError("The data of a file must be a Buffer, an ArrayBuffer, a typed array or text");
    let given = bytes.toBase64(content.subarray(0, PIECE));
    if (content.length > PIECE) {
      // As one text, a large file would take its size several times over.
      let upload = null;
      for (let at = 0; at < content.length; at += PIECE) upload = (await host.ask("uploadPiece", upload, bytes.toBase64(content.subarray(at, at + PIECE)))).value;
      given = { upload };
    }
    return (await host.ask("storeBinary", given, fileName === undefined ? null : String(fileName), mimeType === undefined ? null : String(mimeType))).value;
  };
  const noCredentials = (name) => () => {
    throw new Error(`this.helpers.${name}() is not available: code is never given credentials. Use the HTTP Request node with a credential, and work on what it returns`);
  };

  const known = {
    httpRequest: request("httpRequest"),
    request: request("request"),
    getBinaryDataBuffer: async (index, part) => read(held(index, part)),
    assertBinaryData: (index, part) => held(index, part),
    prepareBinaryData: store,
    setBinaryDataBuffer: async (file, data) => ({ ...file, ...(await store(data, file?.fileName, file?.mimeType)) }),
    binaryToBuffer: async (data) => (typeof data === "string" ? Buffer.from(data) : wrap(bytes.viewOf(data))),
    binaryToString: async (data, encoding) => (typeof data === "string" ? data : wrap(bytes.viewOf(data)).toString(encoding)),
    returnJsonArray: (data) => (Array.isArray(data) ? data : [data]).map((one) => (one !== null && typeof one === "object" && one.json ? { ...one } : { json: one })),
  };
  for (const name of ["httpRequestWithAuthentication", "requestWithAuthentication", "requestWithAuthenticationPaginated", "requestOAuth1", "requestOAuth2"]) known[name] = noCredentials(name);
  return new Proxy(known, {
    get: (all, name) => (typeof name === "symbol" || Object.hasOwn(all, name) || name === "then" ? all[name] : () => {
      throw new Error(`this.helpers.${name}() is not available in the sandbox. Available are: ${Object.keys(all).join(", ")}`);
    }),
  });
})
