package io.changepost.domain;

import java.util.Arrays;
import java.util.Optional;

/** What a change is about; the five objects that an organization can subscribe to. */
public enum ChangeObject {
  /** A subcontractor's own data; goes to every organization with a star on it. */
  COMPANY("Company"),
  /** The relation of one organization with one company; goes to that organization. */
  COMPANY_RELATION("CompanyRelation"),
  /** What an organization keeps on a relation for its own use; goes to that organization. */
  COMPANY_RELATION_DATA("CompanyRelationData"),
  /** A document of a company; goes to every organization with a star on the company. */
  DOCUMENT("Document"),
  /** A message between one organization and one company; goes to that organization. */
  MESSAGE("Message");

  private final String word;

  ChangeObject(String word) {
    this.word = word;
  }

  /** The word in messages, tables and the API, such as {@code CompanyRelation}. */
  public String word() {
    return word;
  }

  /** True where a change belongs to one organization, whose id it must carry. */
  public boolean isOwned() {
    return this == COMPANY_RELATION || this == COMPANY_RELATION_DATA || this == MESSAGE;
  }

  /** The object of that word, letter by letter; empty for any other. */
  public static Optional<ChangeObject> of(String word) {
    return Arrays.stream(values()).filter(object -> object.word.equals(word)).findFirst();
  }
}
