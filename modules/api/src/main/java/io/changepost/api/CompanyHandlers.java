package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.platform.Company;
import io.changepost.persistence.platform.CompanyStore;
import java.util.ArrayList;
import java.util.List;

/** Companies, which the operator keeps. */
final class CompanyHandlers {

  private final CompanyStore companies;

  CompanyHandlers(CompanyStore companies) {
    this.companies = companies;
  }

  void addTo(HandlerTable table) {
    table.add("putCompany", this::putCompany);
  }

  private Response putCompany(Request request) {
    Company company = read(request);
    return switch (companies.put(company)) {
      case CREATED -> Response.json(201, json(company));
      case REPLACED -> Response.ok(json(company));
      case EXTERNAL_ID_TAKEN ->
          throw Problem.conflict(
              "external-id-taken",
              "The externalId is taken",
              "Another company has that externalId.");
    };
  }

  private static Company read(Request request) {
    List<String> trades = new ArrayList<>();
    request.body().path("trades").forEach(trade -> trades.add(trade.textValue()));
    JsonNode employees = request.body().path("employees");
    return new Company(
        request.id("companyId"),
        request.requiredField("name"),
        request.field("website"),
        request.field("phone"),
        request.field("email"),
        new Company.Address(
            request.field("street"),
            request.field("postalCode"),
            request.field("city"),
            request.field("country")),
        new Company.Registration(
            request.field("vatNumber"), request.field("chamberOfCommerceNumber")),
        trades,
        employees.isNumber() ? Integer.valueOf(employees.intValue()) : null,
        request.field("externalId"));
  }

  private static JsonNode json(Company company) {
    ObjectNode node =
        Json.object()
            .put("id", company.id())
            .put("name", company.name())
            .put("website", company.website())
            .put("phone", company.phone())
            .put("email", company.email())
            .put("street", company.address().street())
            .put("postalCode", company.address().postalCode())
            .put("city", company.address().city())
            .put("country", company.address().country())
            .put("vatNumber", company.registration().vatNumber())
            .put("chamberOfCommerceNumber", company.registration().chamberOfCommerceNumber());
    node.set("trades", Json.array(company.trades(), node::textNode));
    return node.put("employees", company.employees()).put("externalId", company.externalId());
  }
}
