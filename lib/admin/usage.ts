import { limits } from "../core/shared/limits.ts";

/** Help on the options that locate a deployment, for every command that works on one. */
export const aimUsage = `  --profile NAME      the profile of your AWS configuration; or AWS_PROFILE
  --region NAME       the region; or AWS_REGION, or that of the profile
  --endpoint-url URL  another endpoint than Amazon's, such as http://127.0.0.1:4566 of the local runner`;

/** How the command is called. */
export const usage = `Usage: npm run admin -- COMMAND --table NAME [OPTIONS]

  show ACCOUNT       say what state an account is in
  audit ACCOUNT      list what has happened to it, newest first
  disable ACCOUNT    let nobody in: sessions and tokens end at once
  delete ACCOUNT     the same, and tell its owner so; address and name stay taken
  enable ACCOUNT     undo either
  invite             make an invitation, where sign-ups are by invitation only
  revoke-invitation INVITATION    take it back
  adopt-table        make a restored or kept table ready for a stack: stream, time to live, backups

ACCOUNT is an account's id or its e-mail address.

  --table NAME        the table, which "npm run deploy" prints; or TABLE_NAME; the local runner's is "vestibule"
  --stage NAME        the stage whose settings in cdk.json hold: for enable and invite; the table is named all the same
${aimUsage}

Of invite:

  --email ADDRESS     only this address may use it
  --days NUMBER       how long it is valid: ${limits.invitationDays}, unless this says otherwise; at most ${limits.invitationDaysMost}
  --public-url URL    where the sign-up page is, if cdk.json does not say
  --send              mail it to that address, and do not show it
  --language TAG      the mail's, such as pt-BR: en, unless this says otherwise
  --key ARN           the key for the address until then, which "npm run deploy" prints; or KEY_ARN; the local runner's is
                      alias/vestibule`;

/** A mistake that the user can correct. The message is one line that says how. */
export class UsageError extends Error {}

/** Quotes the user's text in a message, on one line. */
export const quote = (text: string) => JSON.stringify(text);
