import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { stackNameOf } from "../../lib/manifest/stage-names.ts";
import type { Service } from "../support/api.ts";
import { bearer, type People, type Person, peopleOf } from "../support/people.ts";
import { type Outputs, openProject } from "./cdk.ts";
import { siteOf } from "./site.ts";

const me = "/api/v1/users/me";
/** The sender's domain of all stages. */
export const senderDomain = "harbour.example";
export const settings = {
  senderAddress: `hello@${senderDomain}`,
  stages: { dev: {}, broken: {} },
  senderIdentity: "existing",
  bcryptCost: 10,
  requestsPerMinute: 10_000,
};

/** A stack with the state of its last deployment. */
export interface Stage {
  readonly stack: string;
  /** The option that names the stage to our commands. */
  readonly stageOption: readonly string[];
  readonly outputs: Outputs;
  readonly site: Service;
  readonly people: People;
  /** Deploys the stack with these settings in addition to MiniStack's. */
  deploy(more?: object): Promise<void>;
  destroy(): Promise<string>;
}

/**
 * Opens a stage that is not deployed yet.
 * @param name Undefined for the plain stack.
 */
export function openStage(awsUrl: string, name: string | undefined): Stage {
  const stack = stackNameOf(name);
  const project = openProject(awsUrl, stack, name === undefined ? [] : ["-c", `stage=${name}`]);
  const deployed: { outputs?: Outputs; site?: Service; people?: People } = {};
  const given = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error(`${stack} is not deployed`);
    return part;
  };
  return {
    stack,
    stageOption: name === undefined ? [] : ["--stage", name],
    get outputs() {
      return given(deployed.outputs);
    },
    get site() {
      return given(deployed.site);
    },
    get people() {
      return given(deployed.people);
    },
    async deploy(more = {}) {
      const outputs = await project.deploy({ ...settings, ...more });
      const site = siteOf(awsUrl, outputs);
      Object.assign(deployed, { outputs, site, people: peopleOf(site, stack.toLowerCase()) });
    },
    destroy: project.destroy,
  };
}

/** Returns the owner's export of an account. */
export async function exportOf({ people }: Stage, owner: Person) {
  const { access } = await people.logIn(owner);
  return (await people.get(`${me}/export`, bearer(access))).json;
}

/** Deletes an account as its owner. */
export async function deleteAccount({ people }: Stage, owner: Person): Promise<void> {
  const { access } = await people.logIn(owner);
  await people.send("DELETE", me, access, { password: owner.password });
}

/** Lists the keys of a home's files, once for each version. */
export async function filesIn({ outputs }: Stage, Prefix: string): Promise<(string | undefined)[]> {
  const command = new ListObjectVersionsCommand({ Bucket: outputs.BucketName, Prefix });
  const { Versions = [] } = await new S3Client({ forcePathStyle: true }).send(command);
  return Versions.map(({ Key }) => Key);
}
