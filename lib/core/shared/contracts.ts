/** How accounts differ by the contract that made them. */
export const contracts = {
  // isNumbered: the contract's wire format has an integer id. mustVerify: the owner cannot log in before the address is
  // verified. home: what names the account's home.
  token: { isNumbered: true, mustVerify: false, home: "id" },
  signup: { isNumbered: true, mustVerify: true, home: "id" },
  users: { isNumbered: true, mustVerify: false, home: "id" },
  username: { isNumbered: false, mustVerify: false, home: "id" },
  form: { isNumbered: false, mustVerify: false, home: "email" },
} as const;

export type ContractName = keyof typeof contracts;
