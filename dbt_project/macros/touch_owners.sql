{# Whose touches events are. #}


{#
    Events with `interaction_id` and `customer_id`: of whom their record is, else their identifier,
    which may have been another's at that time.
    relation: has `event_id`, `namespace`, `identifier`, `record_id` and neither of the two.
#}
{% macro with_owners(relation) -%}
    select
        events.*,
        -- a phone can be guessed from its hash: what names one is hashed with the home's secret
        case
            when events.namespace = 'phone'
                then substr(md5(events.event_id || coalesce(nodes.identifier_hash, '')), 1, 24)
            else events.event_id
        end as interaction_id,
        coalesce(records.customer_id, nodes.customer_id) as customer_id
    from {{ relation }} as events
    -- one row for each identifier: an openid known under two scopes is one customer's or nobody's
    left join (
        select
            namespace,
            identifier,
            -- no other hash is read: what joins every event should be small
            min(case when namespace = 'phone' then identifier_hash end) as identifier_hash,
            case when min(customer_id) = max(customer_id) then min(customer_id) end as customer_id
        from {{ source('exchange', 'identity_nodes') }}
        group by namespace, identifier
    ) as nodes
        on events.namespace = nodes.namespace and events.identifier = nodes.identifier
    left join (
        select
            record_id,
            customer_id
        from {{ source('exchange', 'identity_records') }}
        where record_id in (select told.record_id from {{ ref('int_events_told') }} as told)
    ) as records
        on events.record_id = records.record_id
{%- endmacro %}


{# Rows of the table of touches whose owner is another one today; see `by_file`. #}
{% macro changed_owners(touches) -%}
    select
        row_number,
        interaction_id,
        customer_id
    from ({{ with_owners(
        '(select rowid as row_number, coalesce(event_id, interaction_id) as event_id, namespace, '
        ~ 'identifier, record_id, interaction_id as id_before, customer_id as customer_before from '
        ~ touches ~ ')'
    ) }}) as owned
    where
        interaction_id != id_before
        or customer_id is distinct from customer_before
{%- endmacro %}
