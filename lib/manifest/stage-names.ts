/* What keeps the stacks of one account apart; the plain one has no stage. */

/** The name of the stack. */
export const stackNameOf = (stage: string | undefined) =>
  stage === undefined ? "Vestibule" : `Vestibule-${stage}`;

/** The source of events, by which receivers tell stages apart: all publish on the account's one default bus. */
export const eventSourceOf = (stage: string | undefined) =>
  stage === undefined ? "vestibule" : `vestibule.${stage}`;
