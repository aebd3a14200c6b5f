//! The rules: their names, what they are for, where they are explained.

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub name: &'static str,
    pub description: &'static str,
    pub url: &'static str,
    /// Whether it speaks only when asked.
    pub experimental: bool,
}

macro_rules! rules {
    ($($constant:ident $name:literal at $page:literal: $description:literal;)*) => {
        $(pub(super) const $constant: Rule = Rule {
            name: $name,
            description: $description,
            url: concat!("https://docs.docker.com/go/dockerfile/rule/", $page, "/"),
            experimental: false,
        };)*
    };
}

rules! {
    STAGE_NAME_CASING "StageNameCasing" at "stage-name-casing": "Stage names should be lowercase";
    FROM_AS_CASING "FromAsCasing" at "from-as-casing":
        "The 'as' keyword should match the case of the 'from' keyword";
    NO_EMPTY_CONTINUATION "NoEmptyContinuation" at "no-empty-continuation":
        "Empty continuation lines will become errors in a future release";
    CONSISTENT_INSTRUCTION_CASING "ConsistentInstructionCasing" at "consistent-instruction-casing":
        "All commands within the Dockerfile should use the same casing (either upper or lower)";
    DUPLICATE_STAGE_NAME "DuplicateStageName" at "duplicate-stage-name": "Stage names should be unique";
    RESERVED_STAGE_NAME "ReservedStageName" at "reserved-stage-name":
        "Reserved words should not be used as stage names";
    JSON_ARGS_RECOMMENDED "JSONArgsRecommended" at "json-args-recommended":
        "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals";
    MAINTAINER_DEPRECATED "MaintainerDeprecated" at "maintainer-deprecated":
        "The MAINTAINER instruction is deprecated, use a label instead to define an image author";
    UNDEFINED_ARG_IN_FROM "UndefinedArgInFrom" at "undefined-arg-in-from": "FROM command must use declared ARGs";
    WORKDIR_RELATIVE_PATH "WorkdirRelativePath" at "workdir-relative-path":
        "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes";
    UNDEFINED_VAR "UndefinedVar" at "undefined-var": "Variables should be defined before their use";
    MULTIPLE_INSTRUCTIONS_DISALLOWED "MultipleInstructionsDisallowed" at "multiple-instructions-disallowed":
        "Multiple instructions of the same type should not be used in the same stage";
    LEGACY_KEY_VALUE_FORMAT "LegacyKeyValueFormat" at "legacy-key-value-format":
        "Legacy key/value format with whitespace separator should not be used";
    REDUNDANT_TARGET_PLATFORM "RedundantTargetPlatform" at "redundant-target-platform":
        "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior";
    SECRETS_USED_IN_ARG_OR_ENV "SecretsUsedInArgOrEnv" at "secrets-used-in-arg-or-env":
        "Sensitive data should not be used in the ARG or ENV commands";
    INVALID_DEFAULT_ARG_IN_FROM "InvalidDefaultArgInFrom" at "invalid-default-arg-in-from":
        "Default value for global ARG results in an empty or invalid base image name";
    FROM_PLATFORM_FLAG_CONST_DISALLOWED "FromPlatformFlagConstDisallowed" at "from-platform-flag-const-disallowed":
        "FROM --platform flag should not use a constant value";
    COPY_IGNORED_FILE "CopyIgnoredFile" at "copy-ignored-file":
        "Attempting to Copy file that is excluded by .dockerignore";
    EXPOSE_PROTO_CASING "ExposeProtoCasing" at "expose-proto-casing":
        "Protocol in EXPOSE instruction should be lowercase";
    EXPOSE_INVALID_FORMAT "ExposeInvalidFormat" at "expose-invalid-format":
        "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release";
}

/// Nothing explains it.
pub(super) const INVALID_BASE_IMAGE_PLATFORM: Rule = Rule {
    name: "InvalidBaseImagePlatform",
    description: "Base image platform does not match expected target platform",
    url: "",
    experimental: false,
};

pub(super) const INVALID_DEFINITION_DESCRIPTION: Rule = Rule {
    name: "InvalidDefinitionDescription",
    description: "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.",
    url: "https://docs.docker.com/go/dockerfile/rule/invalid-definition-description/",
    experimental: true,
};
