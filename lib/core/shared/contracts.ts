/** What differs between accounts by the contract that made them. */
export const contracts = {
  // Numbered: its wire format has an integer id. Must verify: nobody logs in before the address is proven.
  // Home: what its home is named by.
  token: { isNumbered: true, mustVerify: false, home: "id" },
  signup: { isNumbered: true, mustVerify: true, home: "id" },
  users: { isNumbered: true, mustVerify: false, home: "id" },
  username: { isNumbered: false, mustVerify: false, home: "id" },
  form: { isNumbered: false, mustVerify: false, home: "email" },
} as const;

/** The registration contract that made an account. */
export type ContractName = keyof typeof contracts;
