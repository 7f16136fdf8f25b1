import type { AwsReply } from "../shared/calls.ts";
import { AwsError } from "../shared/protocol.ts";
import { childText, malformedXml, parseXml, type XmlElement } from "../shared/xml.ts";
import { deleteOne } from "./object-operations.ts";
import { existingBucket, type S3Request, xmlReply } from "./request.ts";
import { readUpload } from "./upload.ts";

const deleteMaxObjects = 1000; // S3 API reference, DeleteObjects

/** Deletes up to 1,000 objects. The response has a row for each object, or in quiet mode for each failure. */
export async function deleteObjects(request: S3Request): Promise<AwsReply> {
  existingBucket(request);
  const order = parseXml(readUpload(request.http).content.toString("utf8"));
  const objects = order.children.filter(({ name }) => name === "Object");
  if (order.name !== "Delete" || objects.length === 0 || objects.length > deleteMaxObjects)
    throw malformedXml();
  const outcomes = await Promise.all(objects.map((object) => outcomeOf(request, object)));
  const isQuiet = childText(order, "Quiet") === "true";
  return xmlReply("DeleteResult", {
    Deleted: isQuiet ? [] : outcomes.flatMap((outcome) => ("Code" in outcome ? [] : [outcome])),
    Error: outcomes.filter((outcome) => "Code" in outcome),
  });
}

async function outcomeOf(request: S3Request, object: XmlElement) {
  const Key = childText(object, "Key") ?? "";
  const VersionId = childText(object, "VersionId");
  if (Key === "") throw malformedXml();
  try {
    const gone = await deleteOne(request, Key, VersionId);
    const marker = gone.isDeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: gone.versionId } : {};
    return { Key, VersionId, ...marker };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Key, VersionId, Code: error.code, Message: error.message };
  }
}
