import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireRegistration } from "../../lib/aws/wiring/registration.ts";
import { register } from "../../lib/core/registration/register.ts";
import { onlyView } from "../../lib/core/registration/registration.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { form, page } from "./dialect.ts";

const { ports, limit } = wireRegistration("register-form");
const brand = wireBrand();

export const handler = byRoute({
  "GET /register": endpoint({ dialect: page(ports.signUp), brand, act: async () => accept(undefined) }),
  "POST /register": endpoint({
    dialect: form(ports.signUp),
    limit,
    brand,
    act: async (input, key) => onlyView(await register(ports, input, key)),
  }),
});
