/* Names that keep the stacks of one AWS account apart. The plain stack has no stage. */

/** The name of the stack. */
export const stackNameOf = (stage: string | undefined) =>
  stage === undefined ? "Vestibule" : `Vestibule-${stage}`;

/** The source of events. Receivers tell stages apart by it, since by default all stages publish on one bus. */
export const eventSourceOf = (stage: string | undefined) =>
  stage === undefined ? "vestibule" : `vestibule.${stage}`;
