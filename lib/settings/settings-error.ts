/** A wrong setting; the message is one line that names the key and what it takes. */
export class SettingsError extends Error {}

/** Makes the error of one setting. An empty key stands for the settings as a whole. */
export const wrongSetting = (key: string, words: string) =>
  new SettingsError(`Setting "vestibule${key && `.${key}`}" in cdk.json ${words}.`);
