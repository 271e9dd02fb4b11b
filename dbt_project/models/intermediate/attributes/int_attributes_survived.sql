with

attributes as (

    select * from {{ ref('int_attributes_observed') }}

),

records as (

    select * from {{ source('exchange', 'identity_records') }}
    where customer_id is not null

),

ranks as (

    select * from {{ source('exchange', 'attribute_ranks') }}

),

-- verified over typed, newer over older, better source first; the value itself breaks a tie.
-- the receiver of an order may be somebody else: that name counts only when nobody states another
ranked as (

    select
        records.customer_id,
        attributes.attribute,
        attributes.value,
        attributes.is_verified,
        attributes.seen_at,
        attributes.source,
        row_number() over (
            partition by records.customer_id, attributes.attribute
            order by
                case
                    when attributes.is_verified then 0
                    when
                        attributes.attribute = 'name'
                        and attributes.record_id like 'order:%'
                        then 2
                    else 1
                end asc,
                attributes.seen_at desc nulls last,
                coalesce(ranks.source_rank, 999) asc,
                attributes.source asc,
                attributes.value asc
        ) as survival_rank
    from attributes
    inner join records on attributes.record_id = records.record_id
    left join ranks
        on attributes.attribute = ranks.attribute and attributes.source = ranks.source

),

final as (

    select
        customer_id,
        attribute,
        value,
        is_verified,
        seen_at,
        source
    from ranked
    where survival_rank = 1

)

select * from final
