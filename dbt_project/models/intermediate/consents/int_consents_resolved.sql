{{ config(materialized='handoff') }}

with

-- asking the app to forget a profile, or the phone in it
forgotten as (

    select
        'app_user_id' as namespace,
        app_user_id as identifier,
        'profile' as purpose,
        'app' as channel,
        'withdrawn' as state,
        false as is_openid,
        occurred_at as effective_at,
        source
    from {{ ref('int_profiles_forgotten') }}

),

statements as (

    select
        namespace,
        identifier,
        purpose,
        channel,
        state,
        is_openid,
        effective_at,
        source
    from {{ ref('int_consents_unified') }}
    union all
    select * from forgotten

),

matched as (

    select
        statements.*,
        subjects.customer_id,
        -- what a former holder of a number agreed to, its present holder did not
        subjects.is_holder
        and coalesce(
            statements.effective_at >= subjects.held_since, subjects.held_since is null
        ) as is_of_holder,
        -- a statement names an identifier without its scope: it may be one customer's in each of
        -- several
        min(case when subjects.is_holder then subjects.customer_id end) over (
            partition by
                statements.identifier,
                case when statements.is_openid then 'openid' else statements.namespace end
        ) as first_holder_id,
        max(case when subjects.is_holder then subjects.customer_id end) over (
            partition by
                statements.identifier,
                case when statements.is_openid then 'openid' else statements.namespace end
        ) as last_holder_id
    from statements
    inner join {{ ref('int_consent_subjects') }} as subjects
        on
            statements.namespace = subjects.namespace
            and statements.identifier = subjects.identifier

),

-- in doubt a withdrawal counts for everybody it may be of, a grant for nobody
final as (

    select
        cast(customer_id as string) as customer_id,
        cast(namespace as string) as namespace,
        cast(identifier as string) as identifier,
        cast(purpose as string) as purpose,
        cast(channel as string) as channel,
        cast(state as string) as state,
        cast(effective_at as timestamp) as effective_at,
        cast(source as string) as source
    from matched
    where state = 'withdrawn' or (first_holder_id = last_holder_id and is_of_holder)

)

select * from final
