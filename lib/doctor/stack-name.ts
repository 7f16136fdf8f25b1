/** The name of the deployed stack. Each stage has a stack of its own. */
export const stackNameOf = (stage: string | undefined): string =>
  stage === undefined ? "Vestibule" : `Vestibule-${stage}`;
