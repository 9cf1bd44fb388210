// The tables of CelPolicy: the fields that each kind of policies.kyverno.io has of those the kinds share.
#pragma once

#include "policy/descriptors.h"

namespace ephor::policy {

const Table& FieldsOfValidating();
const Table& FieldsOfMutating();
const Table& FieldsOfGenerating();
const Table& FieldsOfDeleting();
const Table& FieldsOfImageValidating();

}  // namespace ephor::policy
