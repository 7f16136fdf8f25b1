import { paths } from "../../core/shared/paths.ts";
import { variable } from "../variables.ts";

/** Reads the product's name, colour and login path for pages. The row needs `show-pages`. */
export const wireBrand = () => ({
  productName: variable("PRODUCT_NAME"),
  productColor: variable("PRODUCT_COLOR"),
  loginPath: variable("CONTRACTS").includes("form") ? paths.login : undefined,
});
