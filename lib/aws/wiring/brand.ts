import { paths } from "../../core/shared/paths.ts";
import { variable } from "../variables.ts";

/** Reads how the owner's product presents itself on pages. A row with pages needs `show-pages`. */
export const wireBrand = () => ({
  productName: variable("PRODUCT_NAME"),
  productColor: variable("PRODUCT_COLOR"),
  loginPath: variable("CONTRACTS").includes("form") ? paths.login : undefined,
});
