import { paths } from "../../core/shared/paths.ts";
import { variable } from "../variables.ts";

/** The origins of the pages that may post to us. A row whose functions ask needs `count-callers`. */
export const siteOrigins = () => [variable("PUBLIC_URL"), ...variable("ALLOWED_ORIGINS")];

/** How the owner's product presents itself on pages. A row with pages needs `show-pages`. */
export const siteBrand = () => ({
  productName: variable("PRODUCT_NAME"),
  productColor: variable("PRODUCT_COLOR"),
  loginPath: variable("CONTRACTS").includes("form") ? paths.login : undefined,
});
