export interface KeyWrapper {
  /** Encrypts a private key so that it can be decrypted only under its key id. */
  wrapKey(kid: string, privateKey: Uint8Array): Promise<Uint8Array>;
  unwrapKey(kid: string, wrapped: Uint8Array): Promise<Uint8Array>;
}
